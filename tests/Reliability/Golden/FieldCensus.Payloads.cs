namespace Cano.Reliability.Golden;

// What rows carry, by kind.
internal sealed partial class FieldCensus
{
    private const ulong Given = 4294967295;

    private void Payload(RowKind kind, BodyReader reader)
    {
        switch (kind)
        {
            case RowKind.StateEntered:
                Split(reader);
                break;
            case RowKind.StepCompleted or RowKind.CursorAdvanced:
                reader.Rest();
                break;
            case RowKind.WaitStarted:
                Wait(reader);
                break;
            case RowKind.RollbackStarted or RowKind.Compensated or RowKind.RollbackFinished or RowKind.Failed:
                Error(reader);
                break;
            case RowKind.Snapshot:
                Broken.Unless(reader.Signed() == 0, "it is no durable state of version 2");
                reader.Fields(Durable);
                break;
            case RowKind.SignalTaken:
                reader.Signed();
                reader.Text();
                Optional(reader.OptionalText() is not null, "signal's id");
                OptionalValue(reader, "signal");
                reader.Fields(Unknown);
                break;
            case RowKind.ChildStarted:
                ChildStarted(reader);
                break;
            case RowKind.ChildEnded:
                ChildEnded(reader);
                break;
            case RowKind.BranchesListed:
                reader.Many(() => OptionalValue(reader, "item"));
                reader.Fields(
                    (number, value) =>
                    {
                        Met($"listing.{number}");
                        value.Instant();
                    }
                );
                break;
            case RowKind.BranchCompleted:
                reader.Unsigned();
                reader.Text();
                OptionalValue(reader, "branch");
                OptionalError(reader, "branch");
                reader.Fields(Unknown);
                break;
            case RowKind.CancelRequested:
                Cancel(reader);
                break;
            default:
                throw new Broken($"a {kind} has a payload");
        }
    }

    private void Wait(BodyReader reader)
    {
        Optional(reader.Signed() >= 0, "end of a wait");
        var failed = reader.Signed();
        Optional(failed is not (0 or -1), "failed attempt");
        if (failed >= 0)
            return;
        reader.Fields(
            (number, value) =>
            {
                Met($"wait.{number}");
                if (number == 2)
                    value.Signed();
                else if (number == 4)
                    value.Instant();
                else
                {
                    Optional(value.Signed() > 0, "failed poll");
                    value.Signed();
                    value.Fields(Unknown);
                }
            }
        );
    }

    private void ChildStarted(BodyReader reader)
    {
        reader.Text();
        reader.Text();
        Optional(reader.Unsigned() > 0, "child's version");
        reader.Text();
        OptionalValue(reader, "child's input");
        Optional(reader.Unsigned() > 0, "child's index");
        reader.Fields(Unknown);
    }

    private void ChildEnded(BodyReader reader)
    {
        reader.Text();
        Met($"child's status {reader.Unsigned()}");
        Optional(reader.OptionalText() is not null, "child's exit");
        OptionalValue(reader, "child's output");
        OptionalError(reader, "child");
        Optional(reader.Unsigned() > 0, "index of a child that ended");
        Optional(reader.Signed() > 0, "child's sequence");
        reader.Fields(Unknown);
    }

    private void Cancel(BodyReader reader)
    {
        Optional(reader.OptionalText() is not null, "reason");
        reader.Signed();
        reader.Fields(Unknown);
    }

    private void Durable(ulong number, BodyReader value)
    {
        Met($"durable.{number}");
        switch (number)
        {
            case 2:
                value.Signed();
                break;
            case 4 or 14:
                Row(value.Rest());
                break;
            case 5:
                value.Signed();
                value.Many(() => value.Text());
                break;
            case 6:
                Split(value);
                break;
            case 8:
                value.Bytes();
                value.Signed();
                value.Signed();
                value.Fields(Unknown);
                break;
            case 10 or 18:
                value.Many(() => Undo(new BodyReader(value.Bytes())));
                break;
            case 12:
                Error(value);
                Optional(value.Many(() => Error(value)) > 0, "error of a compensation");
                break;
            case 16:
                Cancel(value);
                break;
            case 20:
                value.Instant();
                break;
            default:
                throw new Broken($"a durable state has a field {number}");
        }
    }

    private void Undo(BodyReader entry)
    {
        entry.Text();
        entry.Text();
        entry.Signed();
        entry.Signed();
        entry.Bytes();
        entry.Fields(Unknown);
        entry.End();
    }

    private void Split(BodyReader reader)
    {
        var count = reader.Unsigned();
        if (count == Given)
        {
            Value(reader, "split");
            count = reader.Unsigned();
        }

        for (var i = 0UL; i < count; i++)
            Branch(reader);
        Optional(count > 0, "branch that succeeded");
        Optional(
            reader.Many(() =>
            {
                Branch(reader);
                Error(reader);
            }) > 0,
            "branch that failed"
        );
        Optional(reader.Many(() => Branch(reader)) > 0, "branch that was not needed");
    }

    private static void Branch(BodyReader reader)
    {
        reader.Unsigned();
        reader.Text();
    }

    private void Error(BodyReader reader)
    {
        Optional(reader.OptionalText() is not null, "error's state");
        Optional(reader.Signed() > 0, "error's attempt");
        Optional(reader.Many(() => reader.Text()) > 0, "error's path");
        var number = reader.Unsigned();
        Met($"error {number}");
        switch (number)
        {
            case 4:
                reader.Many(() => reader.Text());
                break;
            case 5:
                reader.Signed();
                Error(reader);
                break;
            case 7:
                reader.Signed();
                reader.Signed();
                break;
            case 8 or 9:
                break;
            case 10:
                reader.Text();
                reader.Signed();
                break;
            case 12:
                reader.Many(() => Error(reader));
                break;
            case 15:
                reader.Text();
                reader.Text();
                reader.Text();
                break;
            case 17:
                reader.Unsigned();
                reader.Unsigned();
                break;
            case 18:
                reader.Text();
                reader.Bytes();
                break;
            default:
                reader.Text();
                break;
        }
    }

    private void OptionalValue(BodyReader reader, string of)
    {
        if (reader.IsThere())
            Value(reader, of);
        else
            Met($"no {of} value");
    }

    private void OptionalError(BodyReader reader, string of)
    {
        var isThere = reader.IsThere();
        Optional(isThere, $"error of a {of}");
        if (isThere)
            Error(reader);
    }

    private static void Unknown(ulong number, BodyReader value) =>
        throw new Broken($"there is a field {number} of which the format knows nothing");
}
