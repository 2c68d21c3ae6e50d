namespace Cano.Runtime.Scope;

/// <summary>A run's own part of its effect keys: two runs that follow one another under one id have different
/// ones.</summary>
internal static class EffectKeyPart
{
    private const int Length = 13;

    /// <summary>Base 32 in lower case: 13 characters of it hold 65 bits.</summary>
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Draw(Random random) =>
        string.Create(Length, random, static (part, random) => random.GetItems(Alphabet, part));
}
