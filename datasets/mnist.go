package datasets

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// ReadMNIST returns MNIST's 60,000 images to train on and its 10,000 test images, 28 × 28 × 1,
// white digits on black; digit d is class d + 1, named "d". `make setup` puts the files into
// notebooks/data/mnist. They are train-images-idx3-ubyte, train-labels-idx1-ubyte,
// t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each compressed with the ending .gz or not;
// Fashion-MNIST and KMNIST have files of the same names. The errors are those of [ReadIDX], one for
// a missing file, and one for test images of another size.
//
// MNIST is by Y. LeCun, C. Cortes and C. Burges, http://yann.lecun.com/exdb/mnist, made of the
// digits of NIST's Special Databases 1 and 3, under the Creative Commons licence BY-SA 3.0.
func ReadMNIST(folder string) (train, test *Images, err error) {
	if train, err = readMNISTPart(folder, "train"); err != nil {
		return nil, nil, err
	}
	if test, err = readMNISTPart(folder, "t10k"); err != nil {
		return nil, nil, err
	}
	if test.Height != train.Height || test.Width != train.Width || test.Channels != train.Channels {
		return nil, nil, withPath(folder, problem(ErrImages, "the test images are %s, the "+
			"training images %s", test.size(), train.size()))
	}
	// A class is the same in both, even if its digit is missing in one.
	if len(test.classNames) < len(train.classNames) {
		test.classNames = train.classNames
	}
	train.classNames = test.classNames
	return train, test, nil
}

// readMNISTPart reads the files whose names begin with a part.
func readMNISTPart(folder, part string) (*Images, error) {
	images, err := mnistFile(folder, part+"-images-idx3-ubyte")
	if err != nil {
		return nil, err
	}
	labels, err := mnistFile(folder, part+"-labels-idx1-ubyte")
	if err != nil {
		return nil, err
	}
	return ReadIDX(images, labels)
}

// mnistFile returns the path of a file, compressed or not.
func mnistFile(folder, name string) (string, error) {
	for _, path := range []string{filepath.Join(folder, name), filepath.Join(folder, name+".gz")} {
		_, err := os.Stat(path)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", withPath(path, openError(err))
		}
	}
	return "", withPath(folder, problem(fs.ErrNotExist, "%s.gz is missing: `make setup` puts the "+
		"files of MNIST into notebooks/data/mnist", name))
}
