"""The mathematics of the network, as a reader of a textbook would write it.

NumPy only: no files, clocks, threads or hidden randomness. Read `parameters`, then
`activations` and `costs`, then `network`; a student can do it in one sitting. The compiled
engine computes the same, faster, and is tested against what stands here.
"""
