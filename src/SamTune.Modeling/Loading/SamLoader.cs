using SamTune.Checkpoints;
using SamTune.Checkpoints.Layouts;
using SamTune.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SamTune.Modeling.Loading;

/// <summary>Models from checkpoints and back.</summary>
public static class SamLoader
{
    /// <summary>Builds a model and fills it tensor by tensor, straight from the file: no second copy of the weights is held. Nothing is built before every key has been checked.</summary>
    /// <param name="path">A checkpoint in any format and layout that <see cref="SamCheckpoint"/> opens.</param>
    /// <param name="inputSide">S, the side of the square input in pixels; by default the side the checkpoint's position tables are made for.</param>
    /// <param name="expected">Sizes the checkpoint must have; by default those that its shapes tell.</param>
    /// <param name="strict">Whether keys that the model does not know are refused. Missing and mis-shaped ones always are: a model with parts at random predicts nonsense.</param>
    /// <param name="device">Where the model goes; the CPU by default.</param>
    /// <returns>The model in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file is missing, damaged or no SAM checkpoint, a key is missing, mis-shaped or unexpected, or the expected sizes do not fit together.</exception>
    /// <exception cref="ArgumentException">The input side is no multiple of the patch size.</exception>
    public static Sam Load(string path, int? inputSide = null, SamArchitecture? expected = null, bool strict = true, Device? device = null)
    {
        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        SamArchitecture architecture = expected ?? checkpoint.Architecture;
        CheckKeys(checkpoint, architecture, strict);
        var model = new Sam(architecture, inputSide);
        try
        {
            if (device is not null)
            {
                model.to(device);
            }

            foreach ((string name, Tensor tensor) in StateOf(model))
            {
                // The model outlives any dispose scope it was loaded in.
                tensor.DetachFromDisposeScope();
                TensorCopy.Fill(tensor, values => checkpoint.ReadAsFloat32(name, values));
            }

            model.eval();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes a model's weights.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="path">The file to write; an existing one is replaced at the end.</param>
    /// <param name="format">What to write.</param>
    /// <param name="half">Stores half precision: half the size, values rounded to 11 bits.</param>
    /// <exception cref="InputException">A weight is not finite or does not fit half precision.</exception>
    /// <exception cref="CheckpointException">The file cannot be written; nothing appears under its name.</exception>
    public static void Save(Sam model, string path, SamFileFormat format = SamFileFormat.SafeTensors, bool half = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        string Key(string name) => format == SamFileFormat.HuggingFace ? SamNameMap.ToHuggingFace(name, model.Architecture.IouHeadDepth) : name;
        List<TensorData> tensors = [.. StateOf(model).Select(s => CheckpointTensor.Create(path, Key(s.Name), s.Tensor, half))];
        if (format == SamFileFormat.Pth)
        {
            PthWriter.Write(path, tensors);
        }
        else
        {
            // No shape shows the number of heads.
            SafeTensorsWriter.Write(
                path, tensors, new Dictionary<string, string> { ["format"] = "pt", [SamCheckpoint.DecoderHeadsKey] = $"{model.Architecture.DecoderHeads}" });
        }
    }

    /// <summary>Every parameter and buffer by its reference name, in the reference's order.</summary>
    internal static IEnumerable<(string Name, Tensor Tensor)> StateOf(Sam model)
    {
        Dictionary<string, Tensor> state = model.state_dict();
        return SamStateDict.Entries(model.Architecture).Select(e => (e.Name, state[e.Name]));
    }

    private static void CheckKeys(SamCheckpoint checkpoint, SamArchitecture architecture, bool strict)
    {
        StateDictReport report = StateDictReport.Compare(architecture, checkpoint);
        if (strict)
        {
            report.ThrowIfDifferent();
        }
        else if (report.MisShaped.Count + report.Missing.Count > 0)
        {
            throw new CheckpointException(report.Messages[0]);
        }
    }
}
