using SamTune.Adaptation;
using SamTune.Adaptation.Domains;
using SamTune.Checkpoints;
using SamTune.Imaging;

namespace SamTune.Artifacts;

/// <summary>Domains from artifacts.</summary>
public static class AdapterSetArtifacts
{
    /// <summary>Loads an artifact as a domain. The base's weights stay untouched, also where the artifact is refused.</summary>
    /// <param name="set">The set to add to.</param>
    /// <param name="domain">The domain's name.</param>
    /// <param name="path">The artifact.</param>
    /// <param name="baseFingerprint">SHA-256 fingerprint of the set's base.</param>
    /// <param name="baseName">The base's name, for messages.</param>
    /// <returns>What the artifact says about itself.</returns>
    /// <exception cref="InputException">The artifact belongs to another base or input side, is of full fine-tuning, or does not fit its manifest; or the name cannot be used or is taken.</exception>
    /// <exception cref="CheckpointException">The file is missing, truncated or damaged.</exception>
    public static ArtifactManifest AddArtifact(this AdapterSet set, string domain, string path, string baseFingerprint, string baseName)
    {
        ArgumentNullException.ThrowIfNull(set);
        AdapterSet.CheckName(domain);
        ArtifactManifest manifest = ArtifactFile.ReadManifest(path);

        // Loading a full artifact overwrites the base, so it is refused before.
        AdapterSet.CheckMethod(domain, manifest.Method);
        if (manifest.InputSide != set.Model.InputSide)
        {
            throw new InputException(
                $"{Path.GetFileName(path)}: domain '{domain}' was trained at an input side of {manifest.InputSide} pixels, but the set's base works at {set.Model.InputSide}; domains of one set share the side.");
        }

        IFineTuning method = ArtifactFile.Load(path, set.Model, baseFingerprint, baseName);
        try
        {
            set.Add(domain, method);
            return manifest;
        }
        catch
        {
            method.Dispose();
            throw;
        }
    }
}
