package session

import (
	"math"
	"time"

	"github.com/meanflow-go/meanflow/meanflow"
)

// Picturing says which images to generate.
type Picturing struct {
	N     int // From 1 to 1,000.
	Class int // From 1, or 0 for as many images of each class, one class after the other.
	Seed  int64
	// Guidance is the scale of guidance, 0 for the lowest.
	Guidance float64
}

// Images generates images in one step by the model in a slot: their pixels from 0 (black) to 255
// (white), [n·height·width], and the time that the model took. N images of each class in turn are
// a multiple of the number of classes.
func (s *Session) Images(
	name string, o Picturing, giveWay func() error,
) (pixels []byte, elapsed time.Duration, err error) {
	m, err := s.images(name)
	if err != nil {
		return nil, 0, err
	}
	if err := inRange("number of images", o.N, 1, 1000); err != nil {
		return nil, 0, err
	}
	classes, count := []int{o.Class}, o.N
	if n := m.Flow().Classes(); o.Class == 0 && n > 0 {
		classes, count = make([]int, n), (o.N+n-1)/n
		for k := range classes {
			classes[k] = k + 1
		}
	}
	for _, class := range classes {
		options := meanflow.SampleOptions{Class: class, Guidance: o.Guidance}
		began := time.Now()
		images, err := m.SampleWith(options, count, o.Seed+int64(class))
		elapsed += time.Since(began)
		if err != nil {
			return nil, 0, err
		}
		for _, image := range images {
			for _, value := range image {
				pixels = append(pixels, uint8(math.Round((value+1)/2*255)))
			}
		}
		if err := giveWay(); err != nil {
			return nil, 0, err
		}
	}
	return pixels, elapsed, nil
}
