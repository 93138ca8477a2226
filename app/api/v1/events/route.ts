import { door } from "@/server/api/public/door";
import { postEvents } from "@/server/api/public/events";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = door({ POST: postEvents });
