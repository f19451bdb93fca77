# The ICMP peer of the lab. Sourced by lab.
# shellcheck shell=bash

peer() { fail 1 "not built"; }
