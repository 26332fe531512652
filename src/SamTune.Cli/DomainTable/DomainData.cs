using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;

namespace SamTune.Cli.DomainTable;

/// <summary>The pictures of a domain.</summary>
/// <param name="Name">The domain.</param>
/// <param name="Plan">What the plan says of it.</param>
/// <param name="Spec">The recipe.</param>
/// <param name="Prepared">Parts prepared by the recipe.</param>
/// <param name="AsFound">The same pictures as a router sees them, which does not know the recipe.</param>
internal sealed record DomainData(string Name, DomainPlan Plan, PreprocessingSpec Spec, DomainParts Prepared, DomainParts AsFound);

/// <summary>Parts of a domain's pictures.</summary>
/// <param name="Train">What is learned from.</param>
/// <param name="Validation">What the best step is chosen by.</param>
/// <param name="Test">What is measured on.</param>
internal sealed record DomainParts(ISegmentationDataset Train, ISegmentationDataset Validation, ISegmentationDataset Test);
