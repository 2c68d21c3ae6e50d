namespace Cano.Runtime.Observation;

/// <summary>What the bodies of one run report, on its way to observers.</summary>
internal interface IProgressReports
{
    /// <summary>Takes a report in the place of one that was not told yet; called from any thread.</summary>
    void Report(RunPoint at, RunProgress progress);

    /// <summary>Tells now what was not told yet. Returns when nothing is being told any more.</summary>
    /// <param name="of">Whose report it must be; null: anybody's.</param>
    void TellRest(RunPoint? of = null);

    /// <summary>The run has ended here: tells what was not told yet, and nothing from then on.</summary>
    void Close();
}
