namespace Cano.Integration.Steps.Streams;

/// <summary>Workflows of a single stream.</summary>
internal static class Streaming
{
    public static Workflow<Stage> In(Reading stream) =>
        Workflow.Bare<Stage>().RegisterStream(Stage.Start, stream).AddExitStates(Stage.End, Stage.Stop);

    /// <summary>The marks as one text, but for the source's end: a source that is told to stop ends when it
    /// likes.</summary>
    public static string TextOfStream(this Trail trail) =>
        string.Join(", ", trail.Marks.Where(mark => mark != "disposed"));

    /// <summary>The marks as one text.</summary>
    public static string Text(this Trail trail) => string.Join(", ", trail.Marks);
}
