namespace Cano.Kernel

open System

/// The bytes of a wait. Format 1 has its first two values alone; so has a wait today that has no
/// more to tell. The attempt of any other is below zero: that is the mark of the fields behind it.
[<RequireQualifiedAccess>]
module internal WaitFormat =

    /// Stands where the ticks of an instant would, of a wait that has no end of its own.
    [<Literal>]
    let private Open = -1L

    let private writePoll (writer: ByteWriter) (poll: PollState) =
        writer.Signed(int64 poll.Errors)
        writer.Signed poll.Pause.Ticks
        writer.Fields()

    /// Whether it is a first attempt's, and for all the time there is.
    let private isPlain (wait: Suspension) =
        wait.Attempt <= 1 && not wait.Until.HasValue && isNull wait.Poll

    let write (writer: ByteWriter) (wait: Suspension) =
        writer.Signed(if wait.Due.HasValue then wait.Due.Value.UtcTicks else Open)
        let failed = int64 wait.FailedAttempt

        if isPlain wait then
            writer.Signed failed
        else
            writer.Signed(-1L - failed)
            writer.Fields()

            if wait.Attempt > 1 then
                writer.Field(2, int64 wait.Attempt)

            writer.Field(4, wait.Until)
            writer.Field(6, writePoll, wait.Poll)

    let private readDue (reader: byref<ByteReader>) : Nullable<DateTimeOffset> =
        match reader.Signed() with
        | Open -> Nullable()
        | ticks -> Nullable(InstantFormat.ofTicks ticks &reader)

    let private readPoll (reader: byref<ByteReader>) : PollState =
        let errors = reader.Int()
        let pause = reader.Signed()
        reader.Pass()

        if errors < 0 || pause < 0L then
            reader.Fail()

        {
            Errors = errors
            Pause = TimeSpan.FromTicks pause
        }

    let private field =
        FieldReading(fun (wait: Suspension) field value ->
            match field.Number with
            | 2 -> { wait with Attempt = value.Int() }
            | 4 -> {
                wait with
                    Until = Nullable(value.Instant())
              }
            | 6 -> { wait with Poll = readPoll &value }
            | _ ->
                value.Unknown field
                wait)

    let read (reader: byref<ByteReader>) : Suspension =
        let due = readDue &reader
        let mark = reader.Int()
        let failed = max mark (-1 - mark)

        let wait = {
            Due = due
            FailedAttempt = failed
            Attempt = if failed = 0 then 1 else 0
            Until = Nullable()
            Poll = null
        }

        if mark < 0 then reader.Fold(wait, field) else wait
