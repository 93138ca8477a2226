// Empty on purpose: stands in for the marker package "server-only" in tests.
export {};
