namespace Cano.Integration;

/// <summary>Effect keys, as tests tell them.</summary>
internal static class EffectKeys
{
    /// <summary>The key with `k` for the part that the run has drawn.</summary>
    public static string Told(string key)
    {
        var parts = key.Split('/');
        Assert.Matches("^[a-z2-7]{13}$", parts[1]);
        parts[1] = "k";
        return string.Join('/', parts);
    }

    public static IEnumerable<string> Told(IEnumerable<string> keys) => keys.Select(Told);
}
