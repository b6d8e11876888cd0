"""Series: samples measured one after the other in a run, and the verdict on them."""
