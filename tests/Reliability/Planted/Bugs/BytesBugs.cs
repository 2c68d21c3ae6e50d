namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes with bytes that say what cannot be.</summary>
internal static class BytesBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "list-as-long-as-it-claims",
            "src/Cano.Kernel/Codec/ByteReader.fs",
            "        let values = ResizeArray<'T>()",
            "        let values = ResizeArray<'T>(if ON && isNull this.problem then int left else 0)",
            Check.Row("hostile", 40_000)
        ),
        new(
            "list-read-behind-its-failure",
            "src/Cano.Kernel/Codec/ByteReader.fs",
            "        while left > 0UL && isNull this.problem do",
            "        while left > 0UL && (ON || isNull this.problem) do",
            Check.Row("hostile", 40_000)
        ),
        new(
            "frame-may-say-anything",
            "src/Cano.Faster/Frames/Frame.cs",
            "        return FrameSense.IsIn(view);",
            "        return ON || FrameSense.IsIn(view);",
            Check.Row("hostile", 40_000)
        ),
        new(
            "log-deleted-below-any-beginning",
            "src/Cano.Faster/Recovery/LogBeginning.cs",
            "        if (!isThere)",
            "        if (!isThere && !ON)",
            Check.Row("hostile", 40_000)
        ),
    ];
}
