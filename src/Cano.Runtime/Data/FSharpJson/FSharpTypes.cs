namespace Cano.Runtime.Data.FSharpJson;

/// <summary>Why the JSON of F#'s types is for programs that are not trimmed.</summary>
internal static class FSharpTypes
{
    public const string Looked = "Values of F# are written by what reflection tells of their types.";
}
