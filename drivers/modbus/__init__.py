"""The Modbus family: RTU, TCP and RTU over TCP, functions 1 to 4."""
