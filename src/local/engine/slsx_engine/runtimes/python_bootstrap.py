"""Starts AWS's own runtime interface client as Lambda does: the function's code first, the runtime's packages last."""

import os
import site
import sys

handler, packages, fallback, *layers = sys.argv[1:]
own_folder = os.path.dirname(os.path.abspath(__file__))
version = f"python{sys.version_info.major}.{sys.version_info.minor}"
layer_paths = [os.path.join(layer, folder) for layer in layers
               for folder in (f"python/lib/{version}/site-packages", "python")]
sys.path[:] = [os.getcwd(), *layer_paths, *(path for path in sys.path if path != own_folder), packages, fallback]
site.setquit()

from awslambdaric.__main__ import main  # noqa: E402  (needs the path above)

main(["awslambdaric", handler])
