"""The people and things of the service desk; later its tickets."""
