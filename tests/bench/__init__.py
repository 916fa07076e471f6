"""What is measured: `make bench` prints medians beside their bounds, and fails above one."""
