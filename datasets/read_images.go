package datasets

import "path/filepath"

// ImageOptions say what [ReadImages] makes of the images. Zero values detect.
type ImageOptions struct {
	// Height and Width are the size of the images in pixels, from 1 to 4096. Images of another size
	// are cropped to this ratio of the sides, around their centre, and resized. If both are 0, all
	// images must have the same size.
	Height, Width int
	// Channels is 1 for grey images or 3 for colours. 0 means 1 if all images are grey, otherwise
	// 3. The grey of a colour is its luma by ITU-R BT.601.
	Channels int
}

// ReadImages returns the PNG and JPEG images of a folder, sorted by name. If the folder has
// subfolders, each is a class with the subfolder's name, and images lie in the subfolders only;
// classes are sorted by name, too. If it has none, there are no classes.
//
// Files and folders whose names begin with a point are ignored, and so are Thumbs.db and
// desktop.ini, which Windows writes. Every other file must be an image: ReadImages returns an error
// of type [ReadError] for a file of another kind, a damaged one, or one of more than 100 million
// pixels, as well as for a folder without images, images beside subfolders, a subfolder of a
// subfolder, and images of different sizes if options name no size. The images may take up to 2 GiB
// at their new size, one byte for each channel of a pixel.
//
// Transparent pixels show white behind them. The orientation that a camera notes in a JPEG file
// turns the image. Colours of 16 bits are rounded to 8, those of CMYK become red, green and blue,
// and colour profiles are ignored. Catmull-Rom interpolation resizes, with its kernel stretched to
// cover the pixels when it makes images smaller (golang.org/x/image/draw).
func ReadImages(folder string, options ImageOptions) (*Images, error) {
	if err := options.check(); err != nil {
		return nil, withPath(folder, err)
	}
	files, classNames, err := imageFiles(folder)
	if err != nil {
		return nil, err
	}
	like := Images{Channels: max(1, options.Channels), classNames: classNames}
	var pixels []uint8 // [·, like.Channels]
	var labels []int32
	for i, file := range files {
		path := filepath.Join(folder, file.name)
		read, err := readImage(path, options)
		if err != nil {
			return nil, withPath(path, err)
		}
		if i == 0 {
			like.Height, like.Width = read.height, read.width
		}
		if read.height != like.Height || read.width != like.Width {
			return nil, withPath(path, problem(ErrImages, "%d × %d pixels, but %s has %d × %d: "+
				"set Height and Width", read.height, read.width, shortPath(files[0].name),
				like.Height, like.Width))
		}
		channels := max(like.Channels, read.channels)
		if i+1 > mostBytes/(read.height*read.width*channels) {
			return nil, withPath(folder, problem(ErrImages, "%s of %d × %d pixels take over 2 "+
				"GiB: set a smaller Height and Width", counted(len(files), "image"), like.Height,
				like.Width))
		}
		pixels = append(inChannels(channels, pixels, like.Channels),
			inChannels(channels, read.pixels, read.channels)...)
		like.Channels = channels
		if file.class > 0 {
			labels = append(labels, file.class)
		}
	}
	return newImages(like, filepath.Base(folder), pixels, labels), nil
}

// check returns an error if an option has no meaning.
func (o ImageOptions) check() error {
	isSide := func(side int) bool { return 1 <= side && side <= mostSide }
	switch {
	case o.Height == 0 && o.Width == 0:
	case !isSide(o.Height) || !isSide(o.Width):
		return problem(ErrOptions, "Height is %d and Width is %d, they must be from 1 to %d, or "+
			"both 0 for images of one size", o.Height, o.Width, mostSide)
	}
	if o.Channels != 0 && o.Channels != 1 && o.Channels != 3 {
		return problem(ErrOptions, "Channels is %d, it must be 1, 3, or 0 to detect them",
			o.Channels)
	}
	return nil
}

// inChannels returns pixels with a number of channels, 3 or as many as they have: 3 of a grey are
// that grey.
func inChannels(channels int, pixels []uint8, have int) []uint8 {
	if channels == have {
		return pixels
	}
	coloured := make([]uint8, 0, 3*len(pixels))
	for _, grey := range pixels {
		coloured = append(coloured, grey, grey, grey)
	}
	return coloured
}
