"""The suite judged: faults are planted in a mock of the contract, and the suite has to report each."""
