using Spectre.Console.Rendering;

namespace Cano.Progress.Views;

/// <summary>Lines that take the place of lines that were written before, in one write.</summary>
/// <param name="erased">How many lines above the cursor are erased.</param>
/// <param name="lines">What is written there.</param>
internal sealed class Redrawn(int erased, IReadOnlyList<SegmentLine> lines) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        // Up, and everything from there on.
        if (erased > 0)
            yield return Segment.Control($"\r\u001b[{erased}A\u001b[0J");
        foreach (var line in lines)
        {
            foreach (var segment in line)
                yield return segment;
            yield return Segment.LineBreak;
        }
    }
}
