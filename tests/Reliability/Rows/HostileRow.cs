using Cano.Kernel;
using Cano.Reliability.Damages;
using Cano.Reliability.Hostile;
using Cano.Reliability.Journals;
using Cano.Runtime.Data;

namespace Cano.Reliability.Rows;

/// <summary>Bytes with right checksums that say what cannot be: rows, frames, superblocks, data.</summary>
internal static class HostileRow
{
    /// <summary>One trial of so many is a whole journal, the others are rows.</summary>
    private const int TrialsPerJournal = 40;

    /// <summary>So many journals share a sound beginning.</summary>
    private const int TrialsPerWork = 100 * TrialsPerJournal;

    /// <summary>A reader may take so many bytes of memory for each byte it reads, and a few for the answer.
    /// An error is some hundred bytes of objects in memory, and four on disk.</summary>
    private const int MemoryPerByte = 256,
        MemoryMin = 1 << 14;

    /// <summary>What an open journal takes whatever it holds.</summary>
    private const int JournalMemory = 4 << 20;

    public static ScoreRow Row { get; } =
        new(
            Number: 24,
            Name: "hostile",
            Claim: "absurd bytes with right checksums have documented answers, and take memory in proportion",
            QuickCount: 40_000,
            FullCount: 1_000_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var (sound, refused, most) = (0, 0, 0.0);
        var tally = new DamageTally();
        AbsurdJournal? journal = null;
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var chance = trials.Chance(trial);
            if (trial % TrialsPerWork == 0)
                journal = await AbsurdJournal.MakeAsync(trials.Chance(trial));
            if (trial % TrialsPerJournal == 0)
            {
                tally.Add(
                    await Trial.RunAsync(
                        trials,
                        trial,
                        "an absurd journal",
                        () => OpenAsync(journal!, chance)
                    )
                );
                continue;
            }

            try
            {
                var (isSound, share) = Read(chance);
                (sound, refused) = isSound ? (sound + 1, refused) : (sound, refused + 1);
                most = Math.Max(most, share);
            }
            catch (Exception failure)
            {
                throw new Broken(
                    $"trial {trial}, seed {trials.Seed}, an absurd row: {failure.Message}",
                    failure
                );
            }
        }

        return $"{sound + refused:N0} rows: {refused:N0} refused, {sound:N0} read and written again alike, at most "
            + $"{most:N0} bytes of memory a byte; journals: {tally}";
    }

    private static async Task<DamageVerdict> OpenAsync(AbsurdJournal journal, Random chance)
    {
        var before = GC.GetTotalAllocatedBytes();
        var verdict = await journal.TryAsync(chance);
        var taken = GC.GetTotalAllocatedBytes() - before;
        Broken.Unless(taken < 16 * JournalMemory, $"opening it took {taken:N0} bytes");
        return verdict;
    }

    /// <summary>Reads a body in every way in which bodies are read.</summary>
    private static (bool IsSound, double Share) Read(Random chance)
    {
        var body = AbsurdRows.Draw(chance);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isSound = IsRead(body);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Broken.Unless(
            taken <= MemoryMin + ((long)MemoryPerByte * body.Length),
            $"{body.Length:N0} bytes took {taken:N0} bytes of memory: {Convert.ToHexString(body)}"
        );
        return (isSound, Math.Max(0.0, taken - MemoryMin) / Math.Max(1, body.Length));
    }

    private static bool IsRead(byte[] body)
    {
        CheckpointRow row;
        try
        {
            row = CheckpointRow.FromBytes(body);
        }
        catch (CanoException refused)
        {
            Refusals.Check(refused);
            return false;
        }

        // What was read has one form.
        Broken.Unless(
            row.Equals(CheckpointRow.FromBytes(row.ToBytes())),
            "it is written otherwise than read"
        );
        _ = row.ToString();
        Resume(row);
        return true;
    }

    private static void Resume(CheckpointRow row)
    {
        var payload = OptionalBytes.Of(row.Payload);
        if (RowFormat.TryReadFact(row.Kind, row.NextState, payload, out var fact) is null)
        {
            _ = ErrorOf(fact)?.ToString();
            var stored = new Row(
                row.Sequence,
                row.Visit,
                row.WorkflowVersion,
                row.Start,
                row.State,
                row.TaskName,
                fact,
                StateData.Kept(row.StateData?.ToArray())
            );
            GoOn(Recovery.Recover(s_plan, "run", [stored]));
        }

        try
        {
            DurableValues.Restored("run", [row], ValueCodec.Plain);
        }
        catch (CanoException refused)
        {
            Refusals.Check(refused);
        }
    }

    /// <summary>A run that was recovered knows what it owes.</summary>
    private static void GoOn(Kernel.Recovered recovered)
    {
        if (recovered is Kernel.Recovered.Found found)
        {
            var run = found.Run;
            _ = Reducer.Step(s_plan, in run, RunEvent.Resumed);
        }
    }

    private static CanoError? ErrorOf(Fact fact) =>
        fact switch
        {
            Fact.RollbackStarted started => started.cause,
            Fact.RollbackFinished finished => finished.outcome,
            Fact.Compensated compensated => compensated.fault,
            Fact.Failed failed => failed.error,
            _ => null,
        };

    private static readonly Plan s_plan = Plan.Compile(
        new Definition(
            "orders",
            1,
            [
                new(
                    "State",
                    "Task",
                    StepKind.NewCompensatable(TaskConfig.Minimal.Policy, TaskPolicy.Once),
                    null
                ),
            ],
            ["Done"],
            null,
            null,
            256
        )
    );
}
