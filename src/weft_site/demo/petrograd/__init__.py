"""Petrograd, September 1917: the Soviet of Workers' and Soldiers' Deputies, as far as the figures go."""
