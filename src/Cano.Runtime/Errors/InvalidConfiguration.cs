namespace Cano.Runtime.Errors;

/// <summary>What was set up cannot be meant; the failure names every problem.</summary>
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
