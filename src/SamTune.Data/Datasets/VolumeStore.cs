using SamTune.Data.Preprocessing;
using SamTune.Imaging.Nifti;

namespace SamTune.Data.Datasets;

/// <summary>A volume with its labels, in memory.</summary>
internal sealed record LoadedVolume(NiftiVolume Image, NiftiVolume Labels, IntensityRange Range);

/// <summary>
/// Keeps the volumes used last, so that a run over the slices of one does not decompress it for each. Safe to use from several threads:
/// each volume is read once however many ask for it.
/// </summary>
internal sealed class VolumeStore(int capacity, Func<int, LoadedVolume> load)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(int Index, Lazy<LoadedVolume> Volume)> _recent = new();

    public LoadedVolume Get(int index)
    {
        Lazy<LoadedVolume> volume;
        lock (_lock)
        {
            LinkedListNode<(int Index, Lazy<LoadedVolume> Volume)>? node = _recent.First;
            while (node != null && node.Value.Index != index)
                node = node.Next;
            if (node == null)
                node = new((index, new Lazy<LoadedVolume>(() => load(index))));
            else
                _recent.Remove(node);

            _recent.AddFirst(node);
            if (_recent.Count > capacity)
                _recent.RemoveLast();
            volume = node.Value.Volume;
        }

        return volume.Value;
    }
}
