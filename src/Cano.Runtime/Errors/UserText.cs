using System.Diagnostics.CodeAnalysis;

namespace Cano.Runtime.Errors;

/// <summary>The one place that makes text of what a user gave: exceptions and values. It never throws, and
/// what it makes fits into a row.</summary>
/// <remarks>Nobody else reads the message of an exception: one that throws there would end whoever was about
/// to tell of it, a branch say, and nobody would ever hear.</remarks>
internal static class UserText
{
    /// <summary>How many characters are told.</summary>
    private const int LengthMax = 16_384;

    /// <summary>An exception as errors tell it: "IOException: broken pipe".</summary>
    public static string Of(Exception thrown) => $"{thrown.GetType().Name}: {MessageOf(thrown)}";

    /// <summary>What an exception says of itself.</summary>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The one place that may.")]
    public static string MessageOf(Exception thrown)
    {
        try
        {
            return Cut(thrown.Message, LengthMax) ?? "its Message is null";
        }
        catch (Exception broken)
        {
            return $"its Message throws {broken.GetType().Name}";
        }
    }

    /// <summary>What a value says of itself.</summary>
    public static string Of(object? value)
    {
        if (value is null)
            return "null";
        try
        {
            return Cut(value.ToString(), LengthMax) ?? value.GetType().Name;
        }
        catch (Exception broken)
        {
            return $"a {value.GetType().Name} whose ToString throws {broken.GetType().Name}";
        }
    }

    /// <summary>The beginning of a text that is too long; a character that takes two places is not cut in
    /// half.</summary>
    public static string? Cut(string? text, int lengthMax)
    {
        if (text is null || text.Length <= lengthMax)
            return text;
        var length = char.IsHighSurrogate(text[lengthMax - 1]) ? lengthMax - 1 : lengthMax;
        return $"{text.AsSpan(0, length)}…";
    }
}
