namespace Cano.Examples.TextPipeline;

/// <summary>Tells whoever watches how far the run is.</summary>
public sealed class Progress(TextWriter output, bool isResumed)
{
    private bool _isNew = isResumed;

    /// <summary>A state begins. Only the first one of a resumed run is worth a line.</summary>
    public void Entered(string state, int filesDone, int filesTotal)
    {
        if (_isNew)
            output.WriteLine($"Resuming in state \"{state}\": {filesDone} of {filesTotal} files were done.");
        _isNew = false;
    }

    public void Round(int filesDone, int filesTotal) =>
        output.WriteLine($"{filesDone, 6} of {filesTotal} files");
}
