using SamTune.Imaging;

namespace SamTune.Testing;

/// <summary>What every part of the program owes to bad input.</summary>
public static class Expect
{
    /// <summary>Fails unless an action is refused in one line that holds all parts.</summary>
    public static void Refused(Action action, params string[] parts)
    {
        string message = Xunit.Assert.Throws<InputException>(action).Message;
        Xunit.Assert.All(parts, part => Xunit.Assert.Contains(part, message, StringComparison.Ordinal));
        Xunit.Assert.DoesNotContain('\n', message);
    }
}
