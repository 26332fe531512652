namespace SamTune.Checkpoints;

/// <summary>
/// A checkpoint cannot be read, written or used. The message is one line that names the file, the key, what was found, what was needed and
/// the remedy; hosts print it as it stands and exit with a code that is not zero.
/// </summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: file, key, found, needed, remedy.</param>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">One line: file, key, found, needed, remedy.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
