namespace SamTune.Cli.Advice;

/// <summary>What a training reads, as far as it takes memory.</summary>
/// <param name="LargestPicture">Pixels of the largest picture; null for as many as the input has.</param>
/// <param name="LargestVolume">Voxels of the largest volume; 0 where pictures are files of their own.</param>
internal readonly record struct SourceSizes(long? LargestPicture, long LargestVolume);
