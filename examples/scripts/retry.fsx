// Retries, in virtual time: minutes pass at once.
#load "cano.fsx"

open System
open Cano
open Cano.FSharp
open Cano.Testing

let time = VirtualTime()
let begun = time.GetUtcNow()

let calling = workflow {
    state "call" (fun ctx -> task {
        printfn $"attempt {ctx.Attempt} after {ctx.TimeProvider.GetUtcNow() - begun}"

        return
            if ctx.Attempt < 4 then
                failwith "nobody answers"
            else
                "done"
    })

    // Three more attempts: after a second, after a minute, after an hour.
    attempts
        "call"
        (TaskConfig.Minimal.WithRetry(
            RetryMode.Delays [
                TimeSpan.FromSeconds 1.
                TimeSpan.FromMinutes 1.
                TimeSpan.FromHours 1.
            ]
        ))

    exit "done"
    configure (fun w -> w.WithTimeProvider time)
}

time.RunAsync(calling |> Workflow.run "call") |> await |> printfn "%A"

// It prints:
//
//     attempt 1 after 00:00:00
//     attempt 2 after 00:00:01
//     attempt 3 after 00:01:01
//     attempt 4 after 01:01:01
//     Ok "done"
