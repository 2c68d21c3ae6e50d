namespace Cano.CSharp.Scheduling;

/// <summary>How long a store that fails is left in peace.</summary>
internal static class StoreRest
{
    private const int DoublingsMax = 9;

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    /// <param name="failures">How often it failed before, in a row.</param>
    public static TimeSpan After(int failures)
    {
        var span = s_first * Math.Pow(2, Math.Min(failures, DoublingsMax));
        return span < s_longest ? span : s_longest;
    }
}
