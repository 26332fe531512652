using System.CommandLine;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune dataset</c>: looks at data sets before anything is trained.</summary>
internal sealed class DatasetCommand : Command
{
    /// <summary>Creates the command.</summary>
    public DatasetCommand()
        : base("dataset", "Looks at a data set before anything is trained: check it, preview what the model will see, or convert it to a manifest.")
    {
        Add(new DatasetCheckCommand());
        Add(new DatasetPreviewCommand());
        Add(new DatasetConvertCommand());
    }
}
