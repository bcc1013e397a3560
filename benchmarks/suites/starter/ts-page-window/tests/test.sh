#!/bin/bash
# Writes the reward: 1 only when the runner reports that exactly EXPECTED tests ran and all passed, on the last line and
# with a nonce that the tested code isn't given. What that code prints, and how it exits, does not count.
EXPECTED=13
reward() {
  rm -rf /logs/verifier && mkdir -p /logs/verifier && echo "$1" > /logs/verifier/reward.txt
}
reward 0 && cd /tests || exit 1
nonce=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
output=$(echo "$nonce" | timeout -k 1 20 node run.mjs 2>&1 | tail -c 100000 | tr -d '\0')
printf '%s\n' "${output//"$nonce"/result:}"
if [ "${output##*$'\n'}" = "$nonce $EXPECTED passed 0 failed" ]; then reward 1; else reward 0; fi
