namespace SamTune.Imaging;

/// <summary>
/// Something a user handed over cannot be used: a file, a setting, a combination of them. The message is one line that names the file,
/// the place, what was found, what was needed and the remedy; hosts print it as it stands and exit with a code that is not zero.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: file, place, found, needed, remedy.</param>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">One line: file, place, found, needed, remedy.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public InputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
