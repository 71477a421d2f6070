package meanflow

// Recommended is the configuration that came out best of those that were compared (benchmarks/quality.md), for the
// tutorial's network and batch:
//
//   - noise of the same rank as the data ([SortedNoise]), so that the flow is straight and one step follows it;
//   - an adaptive weight of power 0.5, which makes edges sharp;
//   - twice the tutorial's learning rate, which falls to 0 along a cosine.
//
// A step of training takes a third longer than the tutorial's. Everything can be changed before it is given to [Train].
func Recommended(data Data) Config {
	return Config{
		Data:         data,
		Objective:    MeanFlow{Equal: 0.25, Weight: AdaptiveWeight{Power: 0.5}},
		Coupling:     SortedNoise,
		LearningRate: 0.006,
		Schedule:     Cosine,
	}
}
