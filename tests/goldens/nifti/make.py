"""Makes volumes with nibabel, and prints what nibabel says of every volume in this folder into nibabel.json. See README.md."""
import glob, json, os, sys
import numpy, nibabel

folder = os.path.dirname(os.path.abspath(__file__))
voxels = (numpy.arange(24) % 5).reshape((2, 3, 4), order="F")


def turned(steps, angles, offset):
    rotation = numpy.eye(3)
    for axis, angle in enumerate(angles):
        a, b = [i for i in range(3) if i != axis]
        turn = numpy.eye(3)
        turn[a, a], turn[a, b], turn[b, a], turn[b, b] = numpy.cos(angle), -numpy.sin(angle), numpy.sin(angle), numpy.cos(angle)
        rotation = rotation @ turn
    affine = numpy.eye(4)
    affine[:3, :3] = rotation * numpy.array(steps)
    affine[:3, 3] = offset
    return affine


def save(name, image, units):
    image.header.set_xyzt_units(units)
    nibabel.save(image, os.path.join(folder, name + ".nii"))


def make(name, qform, qcode, sform, scode, units="mm", kind=nibabel.Nifti1Image, dtype=numpy.int16):
    image = kind(voxels.astype(dtype), None)
    image.header.set_data_dtype(dtype)
    image.set_qform(qform, qcode)
    image.set_sform(sform, scode)
    save(name, image, units)


def inputs():
    scanner, atlas = turned([0.9, 1.1, 3.0], [0.3, -0.2, 0.1], [-90.5, 120.25, -33.0]), turned([1, 1, 1], [0, 0, 0], [-91, -126, -72])
    make("qform_only", scanner, 1, None, 0)
    make("qform_left_handed", turned([-0.9, 1.1, 3.0], [0.3, -0.2, 0.1], [40, 5, 6]), 2, None, 0)
    make("sform_only", None, 0, atlas, 4, dtype=numpy.uint8)
    make("both_differ", scanner, 1, turned([1.2, 1.2, 2.5], [0.1, 0.1, -0.4], [10, -20, 30]), 3)
    make("both_same", scanner, 1, scanner, 1, dtype=numpy.float32)
    make("no_code", turned([2, 3, 4], [0, 0, 0], [0, 0, 0]), 0, None, 0)
    make("metres", turned([0.001, 0.0015, 0.002], [0.2, 0, 0], [-0.05, 0.06, 0.07]), 1, None, 0, units="meter")
    make("micrometres", None, 0, turned([5, 5, 20], [0, 0, 0.5], [100, 200, 300]), 2, units="micron")
    make("version_two", scanner, 1, turned([0.7, 0.8, 0.9], [0, 0.3, 0], [1 / 3, 2 / 3, 1]), 2, kind=nibabel.Nifti2Image)


def report():
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.nii"))):
        image = nibabel.load(path)
        header = image.header
        found[os.path.splitext(os.path.basename(path))[0]] = {
            "shape": list(image.shape),
            "affine": [float(v) for v in image.affine[:3].ravel()],
            "axes": "".join(nibabel.aff2axcodes(image.affine)),
            "qform_code": int(header["qform_code"]),
            "qform": None if header["qform_code"] == 0 else [float(v) for v in header.get_qform()[:3].ravel()],
            "sform_code": int(header["sform_code"]),
            "sform": None if header["sform_code"] == 0 else [float(v) for v in header.get_sform()[:3].ravel()],
            "zooms": [float(v) for v in header.get_zooms()[:3]],
            "unit": header.get_xyzt_units()[0],
            "voxels": [int(v) for v in numpy.asarray(image.dataobj).ravel(order="F")],
        }
    with open(os.path.join(folder, "nibabel.json"), "w") as file:
        json.dump(found, file, indent=1)
        file.write("\n")


if "inputs" in sys.argv[1:]:
    inputs()
report()
