using SamTune.Data.Prompts;
using SamTune.Imaging;

namespace SamTune.Inference.Domains;

/// <summary>A picture to be predicted with a domain's adapter.</summary>
/// <param name="Image">8-bit RGB, of any size, prepared by the domain's recipe, with the bands beside these that the domain takes.</param>
/// <param name="Prompts">In pixels of the picture; any number.</param>
/// <param name="Domain">A domain's name, or <see cref="Adaptation.Domains.AdapterSet.BaseName"/>.</param>
public sealed record DomainImage(RgbImage Image, IReadOnlyList<PromptSet> Prompts, string Domain);
