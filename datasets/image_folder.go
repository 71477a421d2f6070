package datasets

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// imageFile is a file of a folder of images.
type imageFile struct {
	name  string // Relative to the folder.
	class int32  // From 1; 0 if there are none.
}

// imageFiles returns the files of a folder, sorted, and the names of the classes. Its errors have
// the path.
func imageFiles(folder string) (files []imageFile, classNames []string, err error) {
	names, subfolders, err := visible(folder)
	if err != nil {
		return nil, nil, withPath(folder, openError(err))
	}
	switch {
	case len(names) > 0 && len(subfolders) > 0:
		return nil, nil, withPath(folder, problem(ErrImages, "has the file %s beside the "+
			"subfolder %s: put all images into subfolders, or none", quoted(names[0]),
			quoted(subfolders[0])))
	case len(names) == 0 && len(subfolders) == 0:
		return nil, nil, withPath(folder, problem(ErrImages, "the folder has no images"))
	}
	for _, name := range names {
		files = append(files, imageFile{name: name})
	}
	for k, subfolder := range subfolders {
		path := filepath.Join(folder, subfolder)
		names, deeper, err := visible(path)
		switch {
		case err != nil:
			err = openError(err)
		case len(deeper) > 0:
			err = problem(ErrImages, "has the subfolder %s: a class is one folder of images",
				quoted(deeper[0]))
		case len(names) == 0:
			err = problem(ErrImages, "the folder of a class has no images: remove it or fill it")
		}
		if err != nil {
			return nil, nil, withPath(path, err)
		}
		for _, name := range names {
			files = append(files, imageFile{filepath.Join(subfolder, name), int32(k) + 1})
		}
	}
	return files, subfolders, nil
}

// visible returns the sorted names of the files and of the folders in a folder, without those that
// ReadImages ignores. It follows links, and returns an error for pipes and devices, which might
// never end.
func visible(folder string) (files, folders []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || name == "Thumbs.db" || name == "desktop.ini" {
			continue
		}
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", quoted(name), openError(err))
		}
		switch {
		case info.IsDir():
			folders = append(folders, name)
		case info.Mode().IsRegular():
			files = append(files, name)
		default:
			return nil, nil, problem(ErrImages, "has %s, which is neither a file nor a folder: "+
				"move it elsewhere", quoted(name))
		}
	}
	return files, folders, nil
}
