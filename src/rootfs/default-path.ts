/** PATH of a process where neither the image nor the step says one: what BuildKit and container run-times take. */
export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
