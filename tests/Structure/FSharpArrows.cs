using System.Text.RegularExpressions;

namespace Cano.Structure;

/// <summary>The arrows of an F# project. A file sees only those before it, so an arrow is a name that one of
/// them declares: a type's, a module's, or a case's.</summary>
internal static partial class FSharpArrows
{
    /// <param name="files">The project's files in the order in which they are compiled.</param>
    public static IReadOnlyList<Arrow> Of(IReadOnlyList<SourceFile> files)
    {
        var arrows = new HashSet<Arrow>();
        var declared = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var code = Comment().Replace(file.Text, "");
            foreach (var name in Name().Matches(code).Select(match => match.Value).Distinct())
            {
                foreach (var target in declared.GetValueOrDefault(name, []))
                    if (target != file.Path)
                        arrows.Add(new(file.Path, target, name));
            }

            foreach (
                var name in Declaration().Matches(code).Select(match => match.Groups["name"].Value).Distinct()
            )
            {
                if (!declared.TryGetValue(name, out var places))
                    declared[name] = places = [];
                places.Add(file.Path);
            }
        }

        return [.. arrows];
    }

    // Comments, and strings: what they say is no name.
    [GeneratedRegex(
        """" //[^\n]*|\(\*(?!\)).*?\*\)|\"{3}.*?\"{3}|"(?:\\.|[^"\\])*" """",
        RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Name();

    [GeneratedRegex(
        @"^\s*(?:type|and|module)\s+(?:\[<[^\n]*?>\]\s*)?(?:(?:rec|internal|private|public)\s+)*(?:\w+\.)*(?<name>[A-Z]\w*)",
        RegexOptions.Multiline
    )]
    private static partial Regex Declaration();
}
