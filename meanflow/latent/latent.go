// Package latent generates images: a flow from noise to the codes of an autoencoder, whose decoder
// makes images of codes (R. Rombach et al., arXiv 2112.10752). MeanFlow's paper does so on
// ImageNet. A code has few coordinates, so a small network learns the flow in a minute, where one
// for pixels takes hours.
//
// [Train] trains an [Autoencoder] on images. [Autoencoder.Encode] turns images into codes, on which
// [meanflow.Train] trains a flow. [New] joins both into a [Model], which generates images by one
// evaluation of the flow and one of the decoder, and is saved and loaded as one thing.
//
// An image is a point [height·width·channels] in [-1, 1], as those of datasets.Images are: one row
// of pixels after the other, channels last.
//
// The files:
//   - train.go: the training, with its loss; config.go, validate.go: its configuration;
//   - recommended.go: the configuration of a flow of codes;
//   - autoencoder.go: the trained autoencoder; save.go: saving and loading it;
//   - network.go, dense.go, convolutional.go: encoders and decoders;
//   - model.go: an autoencoder and a flow joined; safetensors.go: both in a safetensors file.
//
// Errors name the argument. meanflow's DivergedError, InterruptedError, MismatchError, DamagedError
// and LockedError can be told apart by errors.As here, too.
package latent
