namespace Cano.Runtime.Errors;

/// <summary>The failure of a set-up that cannot work; it names every problem.</summary>
internal static class InvalidConfiguration
{
    public static CanoException Of(params string[] problems) =>
        new(CanoError.Of(Fault.NewConfiguration(problems)));

    /// <exception cref="CanoException">`configuration`: there are problems, and these are all.</exception>
    public static void ThrowIfAny(string[] problems)
    {
        if (problems.Length > 0)
            throw Of(problems);
    }
}
