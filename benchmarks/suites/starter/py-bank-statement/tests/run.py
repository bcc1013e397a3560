"""Runs test_hidden.py on /workspace; the last line of the output is the nonce from standard input and the counts.

The code under test shares this process: it may print and exit as it likes, but it is not given the nonce.
"""

import os
import sys
import unittest


def main():
    nonce = sys.stdin.readline().strip()
    output = os.dup(1)
    sys.path.insert(0, "/tests")
    sys.path.append("/workspace")  # last: a file there must not replace a module of the standard library
    suite = unittest.defaultTestLoader.loadTestsFromName("test_hidden")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = sum(map(len, (result.failures, result.errors, result.skipped, result.unexpectedSuccesses)))
    passed = result.testsRun - failed
    sys.stdout.flush()
    os.write(output, f"\n{nonce} {passed} passed {failed} failed\n".encode())
    os._exit(0)


main()
