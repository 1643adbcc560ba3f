"""Files and objects that are read: one version to its end, unpacked, with every failure as an error of ours."""
