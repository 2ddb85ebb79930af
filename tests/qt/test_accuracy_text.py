from gdviz.qt import accuracy_text


def test_an_accuracy_stands_beside_its_count_and_interval():
    assert accuracy_text.count(9_497, 10_000) == "9,497 of 10,000"
    assert accuracy_text.interval(9_497, 10_000) == "[94.5, 95.4]"
    assert accuracy_text.accuracy(9_497, 10_000) == "95.0 % [94.5, 95.4]"
    assert accuracy_text.accuracy(10, 10) == "100.0 % [72.2, 100.0]"


def test_an_accuracy_of_no_image_is_not_known():
    assert accuracy_text.accuracy(0, 0) == "–"
